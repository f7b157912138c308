package statesync

import (
	"hash/fnv"
	"math"
	"strings"
)

// arrange puts the columns of a row into their order on the wire: as declared, predicted ones last, so that a decoder
// has the speeds before it needs them.
func (r *rowPlan) arrange(list []candidate, step float64) error {
	if err := check(list); err != nil {
		return err
	}
	order := make([]int, 0, len(list)) // of list, by column
	for i, c := range list {
		if c.rateOf == "" {
			order = append(order, i)
		}
	}
	r.rate0 = len(order)
	for i, c := range list {
		if c.rateOf != "" {
			order = append(order, i)
		}
	}
	columnOf := make([]int, len(list))
	for i, from := range order {
		columnOf[from] = i
		r.cols = append(r.cols, list[from].column)
		r.info = append(r.info, list[from].columnInfo)
	}
	for i := range r.cols {
		if err := r.number(i, list[order[i]], list, columnOf, step); err != nil {
			return err
		}
	}
	for i, c := range list {
		if !r.scalar {
			r.shape = plant(r.shape, c.name, columnOf[i])
		}
	}
	r.findRuns()
	return nil
}

// number gives a column its place among its kind, and a predicted one its rate.
func (r *rowPlan) number(i int, from candidate, list []candidate, columnOf []int, step float64) error {
	c := &r.cols[i]
	switch c.op {
	case opString, opBytes, opRaw:
		c.ord = int32(r.texts)
		r.texts++
	case opNested:
		c.ord = int32(r.tables)
		r.tables++
		r.rates = r.rates || r.info[i].sub.row.rates
	case opRate64, opRate32:
		r.rates = true
		for j, other := range list {
			if other.field != from.rateOf && other.name != from.rateAs {
				continue
			}
			unit := 1.0
			switch {
			case other.op == opQuant64 || other.op == opQuant32:
				unit = other.q
			case other.op > opUint32:
				return refuse(from.path, from.typ, "rate=%s is no integer and no float with q= and without rate=", from.rateOf)
			}
			mul := 256 * unit * step / from.q
			if mul > maxMul {
				return refuse(from.path, from.typ, "its q is too small for the steps of rate=%s; use a larger one", from.rateOf)
			}
			c.rate, c.mul = int32(columnOf[j]), int64(math.Floor(mul+0.5))
			return nil
		}
		return refuse(from.path, from.typ, "rate=%s names no field beside it", from.rateOf)
	}
	return nil
}

// findRuns groups the columns. It comes last, when their places are final.
func (r *rowPlan) findRuns() {
	r.runs = nil
	for i := range r.cols {
		op := r.cols[i].op
		if op != opInt && op != opQuant64 && op < opRate64 {
			op = opBool
		}
		if n := len(r.runs); n > 0 && r.runs[n-1].op == op {
			r.runs[n-1].to++
		} else {
			r.runs = append(r.runs, run{op, i, i + 1})
		}
	}
}

// plant adds a column to the tree of names.
func plant(level []shape, name string, col int) []shape {
	head, rest, nested := strings.Cut(name, ".")
	encoded := appendString(nil, head)
	if !nested {
		return append(level, shape{name: encoded, col: col})
	}
	for i := range level {
		if string(level[i].name) == string(encoded) {
			level[i].inner = plant(level[i].inner, rest, col)
			return level
		}
	}
	return append(level, shape{name: encoded, col: inner, inner: plant(nil, rest, col)})
}

// drop takes column i out of the row: it is a key.
func (r *rowPlan) drop(i int) {
	if r.cols[i].op == opString {
		for j := range r.cols {
			if o := r.cols[j].op; o >= opString && o <= opRaw && r.cols[j].ord > r.cols[i].ord {
				r.cols[j].ord--
			}
		}
		r.texts--
	}
	r.cols = append(r.cols[:i], r.cols[i+1:]...)
	r.info = append(r.info[:i], r.info[i+1:]...)
	r.rate0--
	for j := range r.cols {
		if int(r.cols[j].rate) > i {
			r.cols[j].rate--
		}
	}
	renumber(r.shape, i)
	r.findRuns()
}

func renumber(level []shape, dropped int) {
	for i := range level {
		switch s := &level[i]; {
		case s.col == dropped:
			s.col = theKey
		case s.col > dropped:
			s.col--
		}
		renumber(level[i].inner, dropped)
	}
}

// appendSchema writes the schema of a row.
func (r *rowPlan) appendSchema(b []byte) []byte {
	b = appendArrayLen(b, len(r.cols))
	for i := range r.cols {
		c, info := &r.cols[i], &r.info[i]
		head := func(n int) []byte {
			return append(appendString(appendArrayLen(b, n), info.name), byte(c.op.wire()))
		}
		switch {
		case c.op == opNested && info.sub.kind == keyed:
			b = appendString(info.sub.row.appendSchema(append(head(5), byte(keyed))), info.sub.keyAs)
		case c.op == opNested:
			b = info.sub.row.appendSchema(append(head(4), byte(info.sub.kind)))
		case c.rate >= 0:
			b = appendInt(appendInt(appendFloat(head(5), c.inv), int64(c.rate)), c.mul)
		case c.inv != 0:
			b = appendFloat(head(3), c.inv)
		default:
			b = head(2)
		}
	}
	return b
}

func hash(schema []byte) uint32 {
	h := fnv.New32a()
	h.Write(schema)
	return h.Sum32()
}
