package statesync

// Decoder follows a room from the frames of its [Stream]: for Go clients, tools and tests. It does not trust what it
// reads. After an error its state is undefined until the next keyframe message. It belongs to one goroutine.
type Decoder struct {
	// MaxCells bounds the memory that frames can make it use: the number of rows and values held at a time. 0: 262,144,
	// which is some 50 MB.
	MaxCells int

	tick    uint64
	seats   map[int]decodedSeat
	schemas map[uint32]*schema
	views   []*decodedView
	cells   int
	message int // number of the present one: see decodedTable.seen
}

type decodedSeat struct {
	seq      int64
	standing bool
}

type decodedView struct {
	name   string
	hash   uint32
	schema *schema
	root   *decodedTable
}

// Tick returns the tick of the last frame.
func (d *Decoder) Tick() uint64 { return d.tick }

// Acks returns the last input sequence that the state has consumed, by seat; seats without inputs are left out.
func (d *Decoder) Acks() map[int]uint32 {
	acks := make(map[int]uint32, len(d.seats))
	for seat, s := range d.seats {
		if s.seq != 0 {
			acks[seat] = uint32(s.seq)
		}
	}
	return acks
}

// Views returns the names of the views, in the order of their positions.
func (d *Decoder) Views() []string {
	names := make([]string, len(d.views))
	for i, v := range d.views {
		names[i] = v.name
	}
	return names
}

// State returns a view's state, or nil: structs and maps as map[string]any, with the keys as text, slices and arrays as
// []any, those with key= in the order of their keys; integers as int64, quantised and exact floats as float64, bytes as
// []byte, nil pointers as nil. It belongs to the Decoder, and the next frame changes it.
func (d *Decoder) State(view string) map[string]any {
	for _, v := range d.views {
		if v.name == view && v.root != nil {
			tree, _ := v.root.value().(map[string]any)
			return tree
		}
	}
	return nil
}

// Apply takes in one frame.
func (d *Decoder) Apply(frame []byte) error {
	r := &reader{b: frame}
	for r.err == nil && (r.peek() == 0xff || r.peek() == 0xfe) {
		if r.byte() == 0xff {
			d.readViews(r)
		} else {
			hash := uint32(r.int())
			if d.schemas == nil {
				d.schemas = map[uint32]*schema{}
			}
			if s := readSchema(r, 0); r.err == nil {
				d.schemas[hash] = s
			}
		}
	}
	d.readMessage(r)
	return r.err
}

// readViews reads a list of views. Those that were there stay as they are.
func (d *Decoder) readViews(r *reader) {
	before := d.views
	d.views = nil
	for range r.count(uint64(r.int())) {
		v := &decodedView{name: r.string(), hash: uint32(r.int())}
		for _, old := range before {
			if old.name == v.name && old.hash == v.hash {
				v = old
			}
		}
		if v.schema = d.schemas[v.hash]; v.schema == nil {
			r.fail("view %q has an unknown schema", v.name)
		}
		if r.err != nil {
			return
		}
		d.views = append(d.views, v)
	}
	kept := map[*decodedView]bool{}
	for _, v := range d.views {
		if kept[v] {
			r.fail("two views %q", v.name)
		}
		kept[v] = true
	}
	for _, v := range before {
		if !kept[v] {
			d.release(v)
		}
	}
}

func (d *Decoder) release(v *decodedView) {
	if v.root != nil {
		v.root.clear()
		v.root = nil
	}
}

func (d *Decoder) readMessage(r *reader) {
	d.message++
	adv := r.int()
	switch {
	case r.err != nil:
		return
	case adv < 0 || adv > maxInt:
		r.fail("a frame %d ticks on", adv)
		return
	case adv == 0:
		d.tick = uint64(r.int())
		d.readAllAcks(r)
		for _, v := range d.views {
			d.release(v)
		}
	default:
		d.tick += uint64(adv)
		d.readAcks(r, adv)
	}
	for len(r.b) > 0 && r.err == nil {
		d.readSegment(r, adv)
	}
	for i, v := range d.views {
		switch {
		case r.err != nil:
		case v.root == nil:
			r.fail("nothing of view %d, which is new", i)
		case v.schema.rates && v.root.seen != d.message:
			v.root.drift(min(adv, maxAdvance))
		}
	}
}

func (d *Decoder) readSegment(r *reader, adv int64) {
	at := r.int()
	key := adv == 0
	if at < 0 {
		at, key = -1-at, true
	}
	if at >= int64(len(d.views)) {
		r.fail("view %d is not in the list", at)
		return
	}
	v := d.views[at]
	if key {
		d.release(v)
		v.root = newDecodedTable(d, single, v.schema, "")
		v.root.add(r, 0, "")
		adv = 0
	}
	if v.root == nil || v.root.seen == d.message {
		r.fail("view %d comes twice, or before its keyframe", at)
		return
	}
	v.root.apply(r, min(adv, maxAdvance))
}

func (d *Decoder) readAllAcks(r *reader) {
	d.seats = map[int]decodedSeat{}
	for range r.count(uint64(r.int())) {
		seat, standing := readSeat(r, r.int())
		d.seats[seat] = decodedSeat{r.int(), standing}
	}
}

func (d *Decoder) readAcks(r *reader, adv int64) {
	if d.seats == nil {
		d.seats = map[int]decodedSeat{}
	}
	for seat, s := range d.seats {
		if !s.standing {
			s.seq += adv
			d.seats[seat] = s
		}
	}
	for range r.count(uint64(r.int())) {
		seat, turn := readSeat(r, r.int())
		s, known := d.seats[seat]
		s.standing = (s.standing || !known) != turn
		s.seq += r.d()
		d.seats[seat] = s
		if s.seq == 0 {
			delete(d.seats, seat)
		}
	}
}

// readSeat takes a seat's token apart.
func readSeat(r *reader, at int64) (seat int, flag bool) {
	if flag = at < 0; flag {
		at = -1 - at
	}
	if at >= maxSeats {
		r.fail("seat %d", at)
		return 0, flag
	}
	return int(at), flag
}

// spend takes cells from what may be held.
func (d *Decoder) spend(r *reader, n int) {
	limit := d.MaxCells
	if limit == 0 {
		limit = 1 << 18
	}
	if d.cells += n; d.cells > limit {
		r.fail("more than %d cells", limit)
	}
}
