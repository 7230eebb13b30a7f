"""Assessments of record: drawn by a blueprint, saved answer by answer, ended by their deadline, judged by their rule.

Apart from practice: nothing of the key is shown until the exam's own rule says so, and what was handed in stays.
"""
