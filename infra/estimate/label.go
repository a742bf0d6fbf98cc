package estimate

// labels places texts beside their marks on the map, so that none lies on
// another's mark or text where there is room for both.
type labels []box

type box struct{ left, top, right, bottom float64 }

func (b box) meets(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// mark takes the place of a mark with the centre x, y and the radius r.
func (l *labels) mark(x, y, r float64) { *l = append(*l, box{x - r, y - r, x + r, y + r}) }

// beside answers where a text stands by the mark at x, y, and which of its ends
// is there: to the right, or to the left if that is taken and this is not.
func (l *labels) beside(x, y, r float64, text string) (at float64, anchor string) {
	const letter, gap = 7, 3 // pixels, at the map's size of letters
	long := letter * float64(len([]rune(text)))
	right := box{x + r + gap, y - 6, x + r + gap + long, y + 6}
	left := box{x - r - gap - long, y - 6, x - r - gap, y + 6}
	if !l.free(right) && l.free(left) {
		*l = append(*l, left)
		return left.right, "end"
	}
	*l = append(*l, right)
	return right.left, "start"
}

func (l *labels) free(b box) bool {
	for _, o := range *l {
		if b.meets(o) {
			return false
		}
	}
	return true
}
