"""Access: roles, permissions, lockouts after failed attempts."""
