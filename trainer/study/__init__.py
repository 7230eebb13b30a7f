"""Read a lesson, answer its checks, come back to where one was."""
