"""Every page of the admin, against a database as large as it gets: how long it takes, and how often it asks."""
