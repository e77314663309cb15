"""Faults as people see them: real pages in a real browser, and the default settings of the product."""
