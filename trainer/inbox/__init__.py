"""Questions of learners about lessons: asked, replied to, and, with leave and once an author has read them, shown."""
