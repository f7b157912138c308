package lobby

// fewSockets is how many a group holds before it needs an index.
const fewSockets = 16

// group is the sockets of one room, in the order in which they came; the last one takes the place of one that goes. So
// each gets its frames at about the same place of every round, which keeps the gaps between them even. Most groups are
// small, each socket's own room above all, and do without a map. The zero value is empty, and so is nil.
type group struct {
	list []*Socket
	at   map[*Socket]int // places in list; nil while there were never more than few
}

// place returns where a socket is, -1 if it is not.
func (g *group) place(s *Socket) int {
	if g == nil {
		return -1
	}
	if g.at != nil {
		if i, in := g.at[s]; in {
			return i
		}
		return -1
	}
	for i, t := range g.list {
		if t == s {
			return i
		}
	}
	return -1
}

func (g *group) has(s *Socket) bool { return g.place(s) >= 0 }

// add takes in a socket that is not there yet.
func (g *group) add(s *Socket) {
	g.list = append(g.list, s)
	switch n := len(g.list); {
	case g.at != nil:
		g.at[s] = n - 1
	case n > fewSockets:
		g.at = make(map[*Socket]int, 2*n)
		for i, t := range g.list {
			g.at[t] = i
		}
	}
}

// remove takes out the socket at a place.
func (g *group) remove(i int) {
	n := len(g.list) - 1
	gone, last := g.list[i], g.list[n]
	g.list[i], g.list[n] = last, nil
	g.list = g.list[:n]
	if g.at != nil {
		g.at[last] = i
		delete(g.at, gone)
	}
}
