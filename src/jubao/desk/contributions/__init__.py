"""Contributions: against the tasks, by place and outlet, file by file; and registration campaigns."""
