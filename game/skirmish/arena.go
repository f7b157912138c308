package skirmish

// Width and Height of the arena in units; x grows to the right, y downwards. The edge is a wall.
const (
	Width  = 1600.0
	Height = 900.0
)

// Rect is an axis-aligned wall: its upper left corner and its size, in units.
type Rect struct {
	X, Y, W, H float64
}

// Point is a place in the arena, in units.
type Point struct {
	X, Y float64
}

// The upper left quarter of the arena, in units. The rest is its mirror image, so that no side is better than another:
//
//	·spawn          ▄▄▄▄▄ lintel        pillar, screen and lintel are cover on the outer loop;
//	    ▐▌ pillar        screen ▐       the four elbows enclose the plaza, the inner loop, whose four doors
//	           screen ▐  ▗▄▄▄ elbow     look at each other and whose middle holds a pick-up;
//	·spawn  ▐ bar        ▐   ·plaza     a bar keeps the side spawns out of sight of the plaza's side doors.
var quarter = []Rect{
	{X: 165, Y: 180, W: 90, H: 90},  // pillar
	{X: 430, Y: 110, W: 36, H: 170}, // screen
	{X: 600, Y: 290, W: 130, H: 30}, // elbow, across
	{X: 600, Y: 320, W: 30, H: 60},  // elbow, down
}

// The walls that lie on an axis of symmetry: one half of the arena has them whole.
var middle = []Rect{
	{X: 690, Y: 110, W: 220, H: 40}, // lintel
	{X: 270, Y: 350, W: 36, H: 200}, // bar
}

// Walls of the arena; not to be changed. No gap between two of them is narrower than a player.
var Walls = mirrored()

// Spawns are the places where lives begin; not to be changed.
var Spawns = []Point{
	{80, 80}, {Width - 80, Height - 80}, {Width - 80, 80}, {80, Height - 80},
	{Width / 2, 50}, {Width / 2, Height - 50}, {100, Height / 2}, {Width - 100, Height / 2},
}

// Pads are the places where pick-ups appear, by Item.ID; not to be changed.
var Pads = []Point{
	{Width / 2, Height / 2},
	{570, 180}, {Width - 570, Height - 180}, {Width - 570, 180}, {570, Height - 180},
	{430, Height / 2}, {Width - 430, Height / 2},
}

// mirrored builds the whole arena from its quarter.
func mirrored() []Rect {
	var all []Rect
	for _, r := range quarter {
		right, below := Width-r.X-r.W, Height-r.Y-r.H
		all = append(all, r, Rect{right, r.Y, r.W, r.H}, Rect{r.X, below, r.W, r.H}, Rect{right, below, r.W, r.H})
	}
	for _, r := range middle {
		all = append(all, r, Rect{Width - r.X - r.W, Height - r.Y - r.H, r.W, r.H})
	}
	return all
}
