"""Every key, one file a screen."""
