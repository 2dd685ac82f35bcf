"""What a visitor may fill in."""

from __future__ import annotations

from django import forms

from shop.models import Order, Review


class SearchForm(forms.Form):
    """The search box; sent with GET, so the question stands in the URL and needs no CSRF token."""

    q = forms.CharField(label="Title or author", max_length=60, required=False)


class ReviewForm(forms.ModelForm):
    """Stars and a few words; sent with POST, because it changes something."""

    class Meta:
        model = Review
        fields = ["reader", "stars", "text"]
        widgets = {
            "stars": forms.NumberInput(attrs={"min": 1, "max": 5}),
            "text": forms.Textarea(attrs={"rows": 5}),
        }


class OrderForm(forms.ModelForm):
    """Who buys the basket."""

    class Meta:
        model = Order
        fields = ["name", "email"]
