"""The engines that are measured side by side, and what they are asked."""
