package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// fingers are the touches that are down, by a number that the test chooses.
type fingers map[int]Point

// moves is how many steps a drag has.
const moves = 5

// Swipe draws one finger from a point to another and lifts it.
func (p *Page) Swipe(from, to Point) {
	p.t.Helper()
	const finger = 9
	p.TouchStart(finger, from)
	p.TouchMove(finger, to)
	p.TouchEnd(finger)
}

// TouchStart puts a finger down; it stays until TouchEnd. Several may be down at once.
func (p *Page) TouchStart(finger int, at Point) {
	p.t.Helper()
	p.fingers[finger] = at
	p.touch(input.DispatchTouchEventTypeTouchStart, finger)
}

// TouchMove draws a finger that is down to a point, in a few steps.
func (p *Page) TouchMove(finger int, to Point) {
	p.t.Helper()
	from := p.fingers[finger]
	for i := range moves {
		part := float64(i+1) / moves
		p.fingers[finger] = Point{X: from.X + (to.X-from.X)*part, Y: from.Y + (to.Y-from.Y)*part}
		p.touch(input.DispatchTouchEventTypeTouchMove, finger)
	}
}

// TouchEnd lifts a finger.
func (p *Page) TouchEnd(finger int) {
	p.t.Helper()
	p.touch(input.DispatchTouchEventTypeTouchEnd, finger)
	delete(p.fingers, finger)
}

// touch tells the page what one finger does; Chromium remembers the others.
func (p *Page) touch(kind input.DispatchTouchEventType, finger int) {
	p.t.Helper()
	id, at := float64(finger), p.fingers[finger]
	p.do("touching", func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, input.DispatchTouchEvent, input.DispatchTouchEventParams{
			Type: kind, TouchPoints: []*input.TouchPoint{{X: at.X, Y: at.Y, ID: &id}},
		})
		return chromedp.Void{}, err
	})
}
