// Package newcomer has no place in the import law.
package newcomer

import _ "github.com/serinhq/serin/statemachine" // want depguard
