"""Actions of an unlock: run a command, call a webhook, publish to MQTT, switch a relay, write to the log."""
