"""What somebody who means harm would try, and what becomes of it; docs/security.md says why."""
