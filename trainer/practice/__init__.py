"""Answer and learn at once: a short set of questions by lesson, module, objective, or what went wrong before."""
