"""Mutation testing: change one line of the program, and see whether a test fails.

``make mutants`` draws 60 mutations from a committed seed. Each is run against the tests that
execute the line. `mutations` finds them, `draw` chooses, `coverage_map` knows the tests of a line,
`trial` runs them, `__main__` prints the table.
"""
