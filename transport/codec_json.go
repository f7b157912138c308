package transport

import (
	"bytes"
	"fmt"
	"strconv"
)

// The packet types of the JSON codec that carry attachments: 5 is an Event, 6 an Ack.
const binaryTypes = 5

// json decodes the official default encoding: text `<type>[<n>-][<nsp>,][<id>][<json>]`, then n binary messages.
func (d *decoder) json(data []byte, binary bool) (complete bool, err error) {
	if binary {
		return d.attachment(data)
	}
	if d.pending != nil {
		return false, fmt.Errorf("%w: text where an attachment is due", ErrMalformed)
	}
	at, want, err := d.jsonHead(data)
	if err != nil {
		return false, err
	}
	if want > 0 {
		d.pending = &pending{text: bytes.Clone(data), at: at, want: want, size: len(data)}
		return false, nil
	}
	return true, d.jsonBody(data[at:], nil)
}

func (d *decoder) attachment(data []byte) (complete bool, err error) {
	p := d.pending
	if p == nil {
		return false, fmt.Errorf("%w: an attachment of no packet", ErrMalformed)
	}
	if p.size += len(data); p.size > d.max {
		return false, fmt.Errorf("%w: attachments above the payload limit", ErrMalformed)
	}
	p.bins = append(p.bins, bytes.Clone(data))
	if len(p.bins) < p.want {
		return false, nil
	}
	d.pending = nil
	return true, d.jsonBody(p.text[p.at:], p.bins)
}

// jsonHead reads what stands before the JSON, whose offset it returns, and the number of attachments.
func (d *decoder) jsonHead(s []byte) (at, attachments int, err error) {
	if len(s) == 0 || s[0] < '0' || s[0] > '6' {
		return 0, 0, fmt.Errorf("%w: unknown packet type", ErrMalformed)
	}
	t := PacketType(s[0] - '0')
	at = 1
	if t >= binaryTypes {
		t -= binaryTypes - Event
		i := bytes.IndexByte(s, '-')
		if i < 2 || i > 3 {
			return 0, 0, fmt.Errorf("%w: no count of attachments", ErrMalformed)
		}
		n, err := strconv.ParseUint(string(s[1:i]), 10, 8)
		if err != nil || n > maxAttachments {
			return 0, 0, fmt.Errorf("%w: more than %d attachments", ErrMalformed, maxAttachments)
		}
		attachments, at = int(n), i+1
	}
	nsp := []byte(nil)
	if at < len(s) && s[at] == '/' {
		if i := bytes.IndexByte(s[at:], ','); i >= 0 {
			nsp, at = s[at:at+i], at+i+1
		} else {
			nsp, at = s[at:], len(s)
		}
	}
	d.p.Type, d.p.Namespace, d.p.ID, d.p.Data = t, d.namespace(nsp), NoID, nil
	from := at
	for at < len(s) && s[at] >= '0' && s[at] <= '9' {
		at++
	}
	if at > from {
		if d.p.ID, err = strconv.ParseInt(string(s[from:at]), 10, 64); err != nil {
			return 0, 0, fmt.Errorf("%w: ack id out of range", ErrMalformed)
		}
	}
	return at, attachments, nil
}

func (d *decoder) jsonBody(s []byte, bins [][]byte) error {
	if len(s) == 0 {
		return nil
	}
	v, err := fromJSON(d.buf[:0], s, bins)
	if err != nil {
		return err
	}
	if d.buf = v; v[0] != 0xc0 {
		d.p.Data = v
	}
	return nil
}

// encodeJSON appends the text of a packet, and returns the attachments that follow it; they are parts of p.Data.
func encodeJSON(dst []byte, p *Packet) (text []byte, attachments [][]byte, err error) {
	t := p.Type
	borrowed := buffers.Get().(*[]byte)
	body := *borrowed
	defer func() { giveBack(borrowed, body) }()
	if len(p.Data) > 0 {
		bins := &attachments
		if t != Event && t != Ack {
			bins = nil
		}
		if body, err = appendJSON(body[:0], p.Data, bins); err != nil {
			return dst, nil, err
		}
	}
	if len(attachments) > 0 {
		t += binaryTypes - Event
	}
	dst = append(dst, '0'+byte(t))
	if len(attachments) > 0 {
		dst = append(strconv.AppendInt(dst, int64(len(attachments)), 10), '-')
	}
	if p.Namespace != "/" {
		dst = append(append(dst, p.Namespace...), ',')
	}
	if p.ID >= 0 && (p.Type == Event || p.Type == Ack) {
		dst = strconv.AppendInt(dst, p.ID, 10)
	}
	return append(dst, body...), attachments, nil
}
