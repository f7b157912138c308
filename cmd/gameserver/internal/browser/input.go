package browser

import (
	"context"
	"fmt"
	"slices"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Point is a place in the viewport, in CSS pixels.
type Point struct {
	X, Y float64
}

// Centre waits until the first element that matches the selector can be hit: visible, enabled, still, and with nothing
// on top of it. It returns the element's centre.
func (p *Page) Centre(selector string) Point {
	p.t.Helper()
	return Wait[Point](p, fmt.Sprintf(`(async (selector) => {
	const e = document.querySelector(selector);
	if (!e) throw new Error("nothing matches " + selector);
	if (e.disabled) throw new Error(selector + " is disabled");
	e.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
	const before = e.getBoundingClientRect();
	await new Promise(requestAnimationFrame);
	const r = e.getBoundingClientRect();
	if (r.width === 0 || r.height === 0 || getComputedStyle(e).visibility !== "visible") throw new Error(selector + " is not visible");
	if (r.x !== before.x || r.y !== before.y) throw new Error(selector + " is moving");
	const at = {X: r.x + r.width / 2, Y: r.y + r.height / 2};
	const top = document.elementFromPoint(at.X, at.Y);
	if (!top || !(e.contains(top) || top.control === e)) throw new Error(selector + " is covered by " + (top ? top.cloneNode().outerHTML : "nothing: outside the viewport"));
	return at;
})(%s)`, quote(selector)))
}

// Click clicks the element once it can be hit: with the mouse, or on a touch screen with a finger.
func (p *Page) Click(selector string) {
	p.t.Helper()
	at := p.Centre(selector)
	if p.device.Touch {
		const finger = 9
		p.TouchStart(finger, at)
		p.TouchEnd(finger)
		return
	}
	p.do("clicking", chromedp.MouseClickXY(at.X, at.Y))
}

// MouseMove moves the mouse without a button.
func (p *Page) MouseMove(to Point) {
	p.t.Helper()
	p.do("moving the mouse", chromedp.MouseEvent(chromedp.MouseMoved, to.X, to.Y))
}

// Type replaces the text of an input field, key by key.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.Click(selector)
	p.WaitFor(fmt.Sprintf("document.activeElement === document.querySelector(%s)", quote(selector)))
	Eval[any](p, "document.activeElement.select()")
	p.do("typing", chromedp.KeyEvent(text))
}

// The keys that have no character of their own, for Press, KeyDown and KeyUp; any other key is its character.
const (
	Left   = kb.ArrowLeft
	Right  = kb.ArrowRight
	Up     = kb.ArrowUp
	Down   = kb.ArrowDown
	Enter  = kb.Enter
	Escape = kb.Escape
)

// Press presses a key and lets it go.
func (p *Page) Press(key string) {
	p.t.Helper()
	p.do("pressing "+key, chromedp.KeyEvent(key))
}

// KeyDown presses a key and holds it; the page sees one keydown, without the repetition of a keyboard.
func (p *Page) KeyDown(key string) {
	p.t.Helper()
	p.key(key, input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeRawKeyDown)
}

// KeyUp lets a key go.
func (p *Page) KeyUp(key string) {
	p.t.Helper()
	p.key(key, input.DispatchKeyEventTypeKeyUp)
}

// key sends those of a key's events that have one of the types.
func (p *Page) key(key string, types ...input.DispatchKeyEventType) {
	p.t.Helper()
	p.do("key "+key, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		for _, event := range kb.Encode([]rune(key)[0]) {
			if !slices.Contains(types, event.Type) {
				continue
			}
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, *event); err != nil {
				return chromedp.Void{}, err
			}
		}
		return chromedp.Void{}, nil
	})
}
