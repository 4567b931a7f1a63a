"""Key risk indicators: what is measured to see a risk coming, and what follows when it crosses a threshold."""
