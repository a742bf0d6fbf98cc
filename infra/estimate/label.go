package estimate

// labels places texts beside their marks on the map, so that a text covers no other
// mark or text if there is room on one side.
type labels []box

// box is an area on the map, in pixels.
type box struct{ left, top, right, bottom float64 }

func (b box) overlaps(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// mark reserves the area of a mark with the centre x, y and the radius r.
func (l *labels) mark(x, y, r float64) { *l = append(*l, box{x - r, y - r, x + r, y + r}) }

// beside reserves the area of a text beside the mark at x, y and returns the text's
// horizontal position and the SVG text-anchor there. The text is to the right of the
// mark, or to its left if only that side is free.
func (l *labels) beside(x, y, r float64, text string) (at float64, anchor string) {
	const letter, gap = 7, 3 // pixels, at the map's font size
	width := letter * float64(len([]rune(text)))
	right := box{x + r + gap, y - 6, x + r + gap + width, y + 6}
	left := box{x - r - gap - width, y - 6, x - r - gap, y + 6}
	if !l.free(right) && l.free(left) {
		*l = append(*l, left)
		return left.right, "end"
	}
	*l = append(*l, right)
	return right.left, "start"
}

func (l *labels) free(b box) bool {
	for _, o := range *l {
		if b.overlaps(o) {
			return false
		}
	}
	return true
}
