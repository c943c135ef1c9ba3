"""Encryption: AES-256-GCM, encrypted columns, template rotation, keys and re-encryption."""
