"""What Retold bears: a real server on real databases, ended, starved and raced; `make torture`."""
