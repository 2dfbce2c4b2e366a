"""Django's PostgreSQL, whose connections are asked whether they live only after a rest."""
