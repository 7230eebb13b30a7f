"""Content: YAML and Markdown → frozen values and every problem, with file, line and column. No web, no database.

`reading` reads all of it, `courses` and `items` are the values, `lessons` and `markdown` show them, `store` keeps them.
"""
