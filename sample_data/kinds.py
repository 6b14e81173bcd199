"""The twelve categories of the sample shop and the kinds of product in each, as patterns for titles."""

from dataclasses import dataclass
from typing import Literal

Season = Literal["any", "summer", "autumn", "winter"]


@dataclass(frozen=True)
class Pattern:
    """One kind of product: how its titles read, what it costs, whether it is used up and when it sells."""

    title: str  # with at most one of {motif}, {thing}, {pattern}, {scent}, {colour}, {flavour}
    low: float
    high: float
    used_up: bool = False
    season: Season = "any"


CATEGORIES: dict[str, tuple[Pattern, ...]] = {
    "Tea & Coffee": (
        Pattern("{motif} Mug", 8, 14),
        Pattern("{motif} Enamel Camping Mug", 9, 13),
        Pattern("{motif} Espresso Cups, Set of 2", 14, 24),
        Pattern("{colour} Stoneware Teapot", 24, 42),
        Pattern("{thing} Tea Infuser", 5, 9),
        Pattern("{motif} Tea Caddy", 8, 15),
        Pattern("Loose Leaf Tea, {flavour}", 5, 9, used_up=True),
        Pattern("{flavour} Infusion, 20 Bags", 3, 6, used_up=True),
        Pattern("{colour} Cup and Saucer", 12, 20),
        Pattern("Hand-Knitted {thing} Tea Cosy", 16, 26),
    ),
    "Kitchen & Table": (
        Pattern("{motif} Tea Towel", 7, 12),
        Pattern("{pattern} Apron", 16, 28),
        Pattern("{motif} Side Plate", 8, 16),
        Pattern("{thing} Cookie Cutter", 3, 6),
        Pattern("{pattern} Napkins, Set of 4", 12, 22),
        Pattern("{colour} Mixing Bowl", 16, 34),
        Pattern("{thing} Salt and Pepper Pots", 12, 20),
        Pattern("{pattern} Oven Glove", 10, 16),
        Pattern("Shortbread Tin, {motif}", 6, 11, used_up=True),
        Pattern("Serving Board in Beech, {motif}", 18, 36),
        Pattern("Small Batch Jam, {flavour}", 4, 7, used_up=True),
    ),
    "Candles & Scent": (
        Pattern("Soy Candle, {scent}", 10, 22, used_up=True),
        Pattern("{scent} Tin Candle", 6, 10, used_up=True),
        Pattern("{scent} Reed Diffuser", 16, 32, used_up=True),
        Pattern("Tealights, {scent}, Box of 12", 5, 9, used_up=True),
        Pattern("{thing} Beeswax Candle", 7, 13, used_up=True),
        Pattern("{motif} Lantern", 14, 30),
        Pattern("Incense Cones, {scent}", 4, 8, used_up=True),
        Pattern("{thing} Candle Holder", 9, 18),
        Pattern("Dinner Candles in {colour}, Pair", 5, 9, used_up=True),
        Pattern("{scent} Drawer Sachets", 6, 10, used_up=True),
    ),
    "Stationery": (
        Pattern("{motif} Notebook", 5, 12),
        Pattern("{motif} Greetings Card", 2, 4, used_up=True),
        Pattern("{pattern} Wrapping Paper, 3 Sheets", 4, 7, used_up=True),
        Pattern("{motif} Writing Set", 9, 16, used_up=True),
        Pattern("{thing} Enamel Pin", 6, 10),
        Pattern("{motif} Washi Tape", 3, 5, used_up=True),
        Pattern("{motif} Weekly Planner", 10, 18),
        Pattern("{colour} Fountain Pen", 18, 36),
        Pattern("{thing} Rubber Stamp", 5, 9),
        Pattern("{motif} Postcards, Pack of 8", 4, 8, used_up=True),
        Pattern("{pattern} Bookplates", 4, 7, used_up=True),
    ),
    "Cushions & Throws": (
        Pattern("{motif} Cushion", 18, 36),
        Pattern("{pattern} Cotton Throw", 34, 68),
        Pattern("Lambswool Blanket in {colour}", 52, 89),
        Pattern("{motif} Hot Water Bottle", 18, 30),
        Pattern("{thing} Draught Excluder", 20, 32),
        Pattern("{pattern} Quilt", 58, 89),
        Pattern("{motif} Doormat", 18, 30),
        Pattern("{colour} Linen Cushion", 22, 38),
        Pattern("{pattern} Pillowcases, Pair", 18, 30),
    ),
    "Prints & Frames": (
        Pattern("{motif} Linocut Print", 18, 45),
        Pattern("{motif} Riso Print", 12, 24),
        Pattern("{motif} Screen Print", 28, 60),
        Pattern("{colour} Picture Frame", 9, 24),
        Pattern("{pattern} Vintage Chart", 14, 28),
        Pattern("{motif} Wall Hanging", 22, 48),
        Pattern("{thing} Paper Mobile", 12, 22),
        Pattern("{motif} Calendar", 10, 16),
        Pattern("{pattern} Tin Sign", 8, 15),
    ),
    "Garden & Balcony": (
        Pattern("{colour} Plant Pot", 8, 22),
        Pattern("{motif} Planter", 14, 32),
        Pattern("{thing} Plant Stake", 4, 8),
        Pattern("{motif} Watering Can", 16, 30),
        Pattern("{thing} Bird Feeder", 12, 24),
        Pattern("Wildflower Seed Tin, {motif}", 2.5, 5, used_up=True, season="summer"),
        Pattern("{pattern} Gardening Gloves", 10, 17, season="summer"),
        Pattern("{motif} Wind Chime", 12, 24, season="summer"),
        Pattern("{thing} Garden Ornament", 12, 34, season="summer"),
        Pattern("{pattern} Kneeling Mat", 14, 24, season="summer"),
        Pattern("Spring Bulbs in a {colour} Bowl", 6, 12, used_up=True, season="autumn"),
    ),
    "Toys & Play": (
        Pattern("Knitted {thing}", 14, 26),
        Pattern("{motif} Jigsaw, 500 Pieces", 12, 20),
        Pattern("Wooden {thing}", 9, 22),
        Pattern("{thing} Sewing Kit", 10, 18),
        Pattern("{thing} Finger Puppet", 4, 7),
        Pattern("{motif} Sticker Book", 4, 8, used_up=True),
        Pattern("{thing} Night Light", 16, 32),
        Pattern("{motif} Memory Game", 9, 15),
        Pattern("{motif} Colouring Book", 5, 9, used_up=True),
        Pattern("{thing} Pull-Along", 16, 28),
        Pattern("Little Book of the {thing}", 6, 10),
    ),
    "Jewellery": (
        Pattern("{thing} Stud Earrings", 12, 28),
        Pattern("{thing} Pendant", 18, 42),
        Pattern("{thing} Brooch", 10, 22),
        Pattern("{motif} Trinket Dish", 8, 15),
        Pattern("{colour} Beaded Bracelet", 8, 18),
        Pattern("{thing} Charm Bracelet", 16, 34),
        Pattern("{motif} Silk Scarf", 24, 48),
        Pattern("{thing} Hair Clip", 5, 10),
        Pattern("{colour} Enamel Hoops", 14, 26),
        Pattern("{thing} Signet Ring", 22, 46),
    ),
    "Bath & Body": (
        Pattern("{scent} Soap Bar", 4, 8, used_up=True),
        Pattern("{scent} Hand Cream", 6, 13, used_up=True),
        Pattern("{scent} Bath Salts", 7, 14, used_up=True),
        Pattern("{scent} Hand Wash", 8, 16, used_up=True),
        Pattern("{scent} Lip Balm", 3, 6, used_up=True),
        Pattern("{motif} Wash Bag", 12, 22),
        Pattern("{colour} Waffle Towel", 14, 28),
        Pattern("{thing} Soap Dish", 7, 13),
        Pattern("Shampoo Bar, {scent}", 6, 11, used_up=True),
        Pattern("{motif} Flannels, Set of 3", 8, 14),
    ),
    "Bags & Purses": (
        Pattern("{motif} Tote Bag", 9, 18),
        Pattern("{motif} Purse", 12, 24),
        Pattern("{colour} Leather Satchel", 54, 89),
        Pattern("{pattern} Pencil Case", 7, 12),
        Pattern("{motif} Umbrella", 18, 32),
        Pattern("{colour} Corduroy Backpack", 32, 54),
        Pattern("{thing} Key Ring", 4, 9),
        Pattern("{pattern} Picnic Bag", 22, 38, season="summer"),
        Pattern("{motif} Foldaway Shopper", 7, 12),
        Pattern("{pattern} Spectacles Case", 9, 15),
    ),
    "Party & Seasons": (
        Pattern("{motif} Paper Bunting", 7, 13),
        Pattern("{motif} Paper Plates, Pack of 8", 4, 7, used_up=True),
        Pattern("{thing} Cake Topper", 4, 9),
        Pattern("{colour} Paper Lanterns, Set of 3", 7, 12, season="summer"),
        Pattern("{thing} Halloween Lantern", 7, 14, season="autumn"),
        Pattern("{motif} Autumn Wreath", 18, 34, season="autumn"),
        Pattern("{thing} Tree Decoration", 4, 9, season="winter"),
        Pattern("{motif} Advent Calendar", 9, 18, season="winter"),
        Pattern("{motif} Christmas Cards, Box of 10", 5, 9, used_up=True, season="winter"),
        Pattern("{pattern} Stocking", 12, 22, season="winter"),
        Pattern("{colour} Birthday Candles", 3, 5, used_up=True),
    ),
}
