package awstest

import (
	"encoding/xml"
	"slices"
	"strings"
)

// xmlNode is an element of a restXml document, without namespace and attributes: what CloudFront keeps of a
// configuration it does not look into, whole and in order.
type xmlNode struct {
	Name  string
	Text  string
	Nodes []xmlNode
}

// UnmarshalXML implements xml.Unmarshaler.
func (n *xmlNode) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	n.Name = start.Name.Local
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			var child xmlNode
			if err := child.UnmarshalXML(d, t); err != nil {
				return err
			}
			n.Nodes = append(n.Nodes, child)
		case xml.CharData:
			n.Text += string(t)
		case xml.EndElement:
			if len(n.Nodes) > 0 {
				n.Text = ""
			}
			return nil
		}
	}
}

// MarshalXML implements xml.Marshaler.
func (n xmlNode) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	start := xml.StartElement{Name: xml.Name{Local: n.Name}}
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	if err := e.EncodeToken(xml.CharData(n.Text)); err != nil {
		return err
	}
	for _, child := range n.Nodes {
		if err := child.MarshalXML(e, start); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}

// node finds a descendant by the names on the way; nil when there is none.
func (n *xmlNode) node(path ...string) *xmlNode {
	at := n
	for _, name := range path {
		i := slices.IndexFunc(at.Nodes, func(c xmlNode) bool { return c.Name == name })
		if i < 0 {
			return nil
		}
		at = &at.Nodes[i]
	}
	return at
}

// text is a descendant's text, trimmed; empty when there is none.
func (n *xmlNode) text(path ...string) string {
	if found := n.node(path...); found != nil {
		return strings.TrimSpace(found.Text)
	}
	return ""
}

// set puts child in the place of the one of its name, or at the end.
func (n *xmlNode) set(child xmlNode) {
	if old := n.node(child.Name); old != nil {
		*old = child
		return
	}
	n.Nodes = append(n.Nodes, child)
}

// drop takes the child of a name away.
func (n *xmlNode) drop(name string) {
	n.Nodes = slices.DeleteFunc(n.Nodes, func(c xmlNode) bool { return c.Name == name })
}

// keep makes the child of a name what it is in from.
func (n *xmlNode) keep(name string, from xmlNode) {
	if old := from.node(name); old != nil {
		n.set(old.clone())
		return
	}
	n.drop(name)
}

func (n xmlNode) clone() xmlNode {
	n.Nodes = slices.Clone(n.Nodes)
	for i, c := range n.Nodes {
		n.Nodes[i] = c.clone()
	}
	return n
}

// sorted is the document with the members of each structure by name, as no order of theirs says anything; a list, whose
// items share a name, keeps its own.
func (n xmlNode) sorted() xmlNode {
	n = n.clone()
	slices.SortStableFunc(n.Nodes, func(a, b xmlNode) int { return strings.Compare(a.Name, b.Name) })
	for i, c := range n.Nodes {
		n.Nodes[i] = c.sorted()
	}
	return n
}

// String is the document; empty for no node at all.
func (n xmlNode) String() string {
	if n.Name == "" {
		return ""
	}
	raw, err := xml.Marshal(n)
	if err != nil {
		panic("awstest: encode a document: " + err.Error())
	}
	return string(raw)
}

// element and leaf build documents.
func element(name string, nodes ...xmlNode) xmlNode { return xmlNode{Name: name, Nodes: nodes} }

func leaf(name, text string) xmlNode { return xmlNode{Name: name, Text: text} }
