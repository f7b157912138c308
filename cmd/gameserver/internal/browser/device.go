package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Device is what a person holds.
type Device struct {
	Width, Height int64   // of the viewport, CSS pixels
	Scale         float64 // device pixels in one CSS pixel
	Touch         bool    // a touch screen and a mobile viewport, without a mouse
}

// The devices of the tests.
var (
	Desktop = Device{Width: 1280, Height: 800, Scale: 1}
	Phone   = Device{Width: 390, Height: 844, Scale: 2, Touch: true}
)

// Turned returns the device turned by a quarter: portrait to landscape and back.
func (d Device) Turned() Device {
	d.Width, d.Height = d.Height, d.Width
	return d
}

// emulate makes the page believe in the device, and in having the focus: with many pages only one really has it.
func (d Device) emulate(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
	orientation := &emulation.ScreenOrientation{Type: emulation.ScreenOrientationTypePortraitPrimary}
	if d.Width > d.Height {
		orientation = &emulation.ScreenOrientation{Type: emulation.ScreenOrientationTypeLandscapePrimary, Angle: 90}
	}
	if _, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: d.Width, Height: d.Height, DeviceScaleFactor: d.Scale, Mobile: d.Touch, ScreenOrientation: orientation,
	}); err != nil {
		return chromedp.Void{}, err
	}
	touch := emulation.SetTouchEmulationEnabledParams{Enabled: d.Touch}
	if d.Touch {
		touch.MaxTouchPoints = 5
	}
	if _, err := cdp.Call(ctx, t, emulation.SetTouchEmulationEnabled, touch); err != nil {
		return chromedp.Void{}, err
	}
	_, err := cdp.Call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return chromedp.Void{}, err
}

// Calm tells the page that its user prefers reduced motion.
func (p *Page) Calm() {
	p.t.Helper()
	p.do("asking for calm", call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	}))
}
