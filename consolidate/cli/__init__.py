"""The command line, a thin skin on the public API: one module for each command.

``app`` puts them together; ``console`` has what they share. Only here is anything printed or the process ended.
"""
