// Package scaffold writes the source code that every bounded context and every
// operation begin with. What it writes has the shape of the contexts in this
// repository, which its tests compare, and belongs to the team from then on.
package scaffold
