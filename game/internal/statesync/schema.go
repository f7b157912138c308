package statesync

import "math"

// schema is a row's layout as a decoder knows it.
type schema struct {
	cols   []schemaColumn
	scalar bool
	rate0  int  // the first predicted column
	rates  bool // here or in a nested table
}

// schemaColumn is one column of it.
type schemaColumn struct {
	path []string // of the field in the row; empty for scalars
	wire int
	inv  float64 // 0: whole numbers
	rate int     // -1: not predicted
	mul  int64
	kind tableKind // nested
	sub  *schema
	key  string // keyed: field of the nested rows
}

// readSchema reads a schema and checks it, so that the rest can trust it.
func readSchema(r *reader, depth int) *schema {
	if depth > maxDepth {
		r.fail("schema nested too deep")
		return nil
	}
	n := r.array()
	s := &schema{rate0: n}
	for i := 0; i < n && r.err == nil; i++ {
		c := readColumn(r, depth)
		if c.rate >= 0 {
			s.rate0 = min(s.rate0, i)
			if c.rate >= i || s.cols[c.rate].wire != wireInt || s.cols[c.rate].rate >= 0 {
				r.fail("column %d is predicted from column %d", i, c.rate)
			}
		} else if s.rate0 < n {
			r.fail("column %d comes after the predicted ones", i)
		}
		s.rates = s.rates || c.rate >= 0 || c.sub != nil && c.sub.rates
		s.cols = append(s.cols, c)
	}
	s.scalar = len(s.cols) == 1 && len(s.cols[0].path) == 0
	for i := range s.cols {
		if len(s.cols[i].path) == 0 && !s.scalar {
			r.fail("column %d has no name", i)
		}
	}
	return s
}

func readColumn(r *reader, depth int) schemaColumn {
	n := r.array()
	c := schemaColumn{path: splitPath(r.string()), wire: int(r.int()), rate: -1}
	switch {
	case c.wire == wireInt && (n == 2 || n == 3 || n == 5):
		if n > 2 {
			c.inv = r.number()
			if !(c.inv > 0) || math.IsInf(c.inv, 0) {
				r.fail("bad quantum")
			}
		}
		if n > 3 {
			c.rate, c.mul = int(r.int()), r.int()
			if c.rate < 0 {
				r.fail("bad rate")
				c.rate = -1
			}
		}
	case c.wire == wireNested && (n == 4 || n == 5):
		c.kind = tableKind(r.int())
		if c.kind < optional || c.kind > keyed || (n == 5) != (c.kind == keyed) {
			r.fail("bad kind of table")
		}
		c.sub = readSchema(r, depth+1)
		if n == 5 {
			c.key = r.string()
			if c.sub != nil && c.sub.scalar {
				r.fail("rows with a key are objects")
			}
		}
	case c.wire > wireInt && c.wire <= wireBytes && c.wire != wireNested && n == 2:
	default:
		r.fail("bad column")
	}
	return c
}

func splitPath(name string) []string {
	if name == "" {
		return nil
	}
	var path []string
	start := 0
	for i := range len(name) {
		if name[i] == '.' {
			path = append(path, name[start:i])
			start = i + 1
		}
	}
	return append(path, name[start:])
}
