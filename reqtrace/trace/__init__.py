"""Folds events into frozen request trees and into an ordered path of stops; tolerates gaps."""
