"""The fault lab: real servers, a population that chats, faults on a seeded schedule, and a checker of every promise.

Run it with `python -m faults`; docs/delivery.md says what it does and how to read its table.
"""
