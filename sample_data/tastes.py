"""The fifteen tastes of the sample shop, and the words by which each shows in a title."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taste:
    """A look that some shoppers love, with the words by which it shows in a title."""

    name: str
    things: tuple[str, ...]  # can be knitted, carved or worn
    patterns: tuple[str, ...]  # can be printed, painted or woven
    scents: tuple[str, ...]
    colours: tuple[str, ...]
    flavours: tuple[str, ...]


def words(text: str) -> tuple[str, ...]:
    """Split ``"Fox; Barn Owl"`` at the semicolons."""
    return tuple(word.strip() for word in text.split(";"))


TASTES = (
    Taste(
        "woodland",
        words("Sleeping Fox; Hedgehog; Barn Owl; Badger; Red Squirrel; Toadstool; Fawn; Acorn"),
        words("Bracken; Oak Leaf; Forest Path; Wild Mushroom; Mossy Wood; Bramble"),
        words("Moss and Cedar; Pine Needle; Wild Blackberry; Bonfire and Bracken; Damp Oak"),
        words("Moss Green; Chestnut; Fern Green; Bark Brown"),
        words("Wild Blackberry; Hazelnut; Nettle and Honey; Damson"),
    ),
    Taste(
        "seaside",
        words("Lighthouse; Humpback Whale; Herring Gull; Sailboat; Starfish; Puffin; Hermit Crab; Lobster"),
        words("Sailor Stripe; Rockpool; Seashell; Harbour; Fishing Fleet; Tide Line"),
        words("Sea Salt and Driftwood; Samphire; Salted Caramel; Harbour Mist; Coastal Heather"),
        words("Navy; Sea Glass; Chalk White; Deep Teal"),
        words("Salted Caramel; Rock Candy; Breakfast Blend; Gooseberry"),
    ),
    Taste(
        "cottage garden",
        words("Bumblebee; Robin; Wren; Painted Lady Butterfly; Snail; Ladybird; Blue Tit; Garden Toad"),
        words("Foxglove; Sweet Pea; Cottage Rose; Hollyhock; Peony; Cow Parsley; Wisteria"),
        words("Rose and Elderflower; Sweet Pea; Tomato Leaf; Honeysuckle; Fresh Cut Grass"),
        words("Blush; Lilac; Leaf Green; Buttermilk"),
        words("Rhubarb; Rose Petal; Elderflower; Strawberry and Mint"),
    ),
    Taste(
        "night sky",
        words("Crescent Moon; Shooting Star; Comet; Saturn; Man in the Moon; North Star; Moth; Sun and Moon"),
        words("Constellation; Milky Way; Moon Phase; Midnight Star; Zodiac; Eclipse"),
        words("Night Jasmine; Frankincense and Myrrh; Black Plum; Midnight Fig; Smoke and Amber"),
        words("Midnight Blue; Silver; Plum; Antique Gold"),
        words("Black Plum; Earl Grey; Midnight Cherry; Liquorice"),
    ),
    Taste(
        "quiet Japan",
        words("Paper Crane; Lucky Cat; Koi; Daruma; Snow Monkey; Shiba; Bonsai; Kokeshi"),
        words("Great Wave; Cherry Blossom; Indigo Shibori; Bamboo; Ginkgo; Mount Fuji"),
        words("Yuzu; Hinoki Wood; Green Tea; Cherry Blossom; Black Sesame"),
        words("Indigo; Ink Black; Rice White; Matcha"),
        words("Yuzu; Sencha; Toasted Rice; Cherry Blossom"),
    ),
    Taste(
        "old Paris",
        words("Parisian Cat; Carousel Horse; Penny-Farthing; Swan; Ballet Slipper; Hot Air Balloon; Poodle"),
        words("Toile de Jouy; Bistro Stripe; Fleur-de-Lys; Antique Lace; Montmartre; Rose Garland"),
        words("Violet and Iris; Bergamot; Praline; Fig and Cassis; Powdered Rose"),
        words("Duck Egg; Faded Rose; Ivory; Claret"),
        words("Fig and Cassis; Praline; Violet; Apricot and Almond"),
    ),
    Taste(
        "cats and dogs",
        words("Tabby Cat; Dachshund; Sleepy Spaniel; Ginger Kitten; Whippet; Black Cat; Terrier; Siamese"),
        words("Paw Print; Cats on a Wall; Dogs in Jumpers; Whiskers; Muddy Paws; Curled-Up Cat"),
        words("Warm Biscuit; Clean Blanket; Catmint; Sunday Walk; Oat and Honey"),
        words("Ginger; Oatmeal; Slate Grey; Toffee"),
        words("Warm Biscuit; Oat and Honey; Catmint; Toffee"),
    ),
    Taste(
        "seventies",
        words("Roller Skate; Disco Ball; Camper Van; Lava Lamp; Smiling Flower; Spotted Mushroom; Vinyl Record"),
        words("Daisy Pop; Groovy Swirl; Op Art; Flower Power; Rainbow Arch; Patchwork"),
        words("Patchouli; Orange Sherbet; Cola Cube; Sandalwood; Pineapple Punch"),
        words("Mustard; Tangerine; Avocado; Chocolate Brown"),
        words("Orange Sherbet; Pineapple; Cola Cube; Peach Melba"),
    ),
    Taste(
        "north",
        words("Reindeer; Polar Bear; Dala Horse; Elk; Snowy Owl; Arctic Hare; Wooden Bird"),
        words("Birch; Fair Isle; Fjord; Folk Heart; Snowflake; Nordic Pine"),
        words("Cardamom and Cinnamon; Birch Smoke; Cloudberry; Spruce; Warm Gingerbread"),
        words("Snow White; Nordic Red; Fjord Blue; Pale Grey"),
        words("Cloudberry; Cardamom and Cinnamon; Lingonberry; Gingerbread"),
    ),
    Taste(
        "sun and lemons",
        words("Lemon; Sardine; Olive Branch; Donkey; Cicada; Prickly Pear; Pomegranate; Octopus"),
        words("Amalfi Tile; Lemon Grove; Terracotta Check; Olive Leaf; Azulejo; Market Stripe"),
        words("Lemon and Basil; Fig Leaf; Orange Blossom; Wild Thyme; Almond and Honey"),
        words("Lemon Yellow; Terracotta; Aegean Blue; Olive"),
        words("Lemon and Basil; Blood Orange; Almond and Honey; Fig"),
    ),
    Taste(
        "bookish",
        words("Bookworm; Typewriter; Raven; Reading Mouse; Inkwell; White Rabbit; Sherlock Hound; Quill"),
        words("Library Shelf; Marbled Paper; Poets' Corner; Old Letters; Alphabet; Fairy Tale"),
        words("Old Library; Parchment and Leather; Ink and Tobacco Flower; Tea and Toast; Rainy Sunday"),
        words("Oxblood; Bottle Green; Parchment; Ink Blue"),
        words("Old English Marmalade; Tea and Toast; Smoky Lapsang; Plum Cake"),
    ),
    Taste(
        "small explorers",
        words("Dinosaur; Rocket; Pirate Ship; Circus Lion; Friendly Robot; Steam Train; Mermaid; Dragon"),
        words("Treasure Map; Big Top; Outer Space; Jungle Parade; Castle; Toy Town"),
        words("Bubblegum; Strawberry Jelly; Toffee Apple; Lemonade; Marshmallow"),
        words("Bright Red; Sky Blue; Sunshine Yellow; Grass Green"),
        words("Toffee Apple; Strawberry Jelly; Lemonade; Marshmallow"),
    ),
    Taste(
        "jungle",
        words("Leopard; Parrot; Toucan; Sloth; Chameleon; Flamingo; Tiger; Tree Frog"),
        words("Monstera; Palm Leaf; Banana Leaf; Leopard Spot; Hibiscus; Rainforest"),
        words("Mango and Lime; Coconut; Passion Flower; Tropical Rain; Ginger Lily"),
        words("Emerald; Hot Pink; Coral; Palm Green"),
        words("Mango and Lime; Coconut; Passion Fruit; Pineapple and Ginger"),
    ),
    Taste(
        "apothecary",
        words("Honey Bee; Wild Thistle; Stag Beetle; Dormouse; Poppy; Field Mouse; Luna Moth"),
        words("Herbarium; Eucalyptus; Meadow Herb; Pressed Flower; Wild Sage; Botanical Chart"),
        words("Lavender and Sage; Eucalyptus; Rosemary and Mint; Chamomile; Clary Sage"),
        words("Sage Green; Amber; Bone; Lavender"),
        words("Chamomile; Rosemary and Mint; Lavender Honey; Rosehip"),
    ),
    Taste(
        "plain and good",
        words("Pebble; Feather; Paper Boat; Cloud; Spinning Top; Acrobat"),
        words("Pinstripe; Half Moon; Brushstroke; Terrazzo; Basketweave; Graph Check"),
        words("White Linen; Vetiver; Black Pepper; Clean Cotton; Tonka"),
        words("Charcoal; Sand; Dove Grey; Off White"),
        words("House Blend; Black Pepper and Pear; Vanilla; Plain Apple"),
    ),
)
