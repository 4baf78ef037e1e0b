"""The named figures by business area; ``figures`` holds them all."""
