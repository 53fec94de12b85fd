"""SAM2Act and SAM2Act+: a multi-view key-pose network, and its memory of earlier key steps."""
