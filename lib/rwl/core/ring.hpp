// Circular doubly linked lists through links that are members of the nodes.
//
// A node that is in no list is a ring of its own, so every step is a splice. `Links` names the
// member with next and prev; a node may be in one ring for each such member. All operations are
// O(1).
#pragma once

namespace rwl::core::ring {

// Puts the whole ring that starts with `first` before `at`: at the end of the ring that starts
// there.
template <auto Links, class Node>
void splice(Node& at, Node& first) {
  Node* before = (at.*Links).prev;
  Node* last = (first.*Links).prev;
  (before->*Links).next = &first;
  (first.*Links).prev = before;
  (last->*Links).next = &at;
  (at.*Links).prev = last;
}

// Takes the node out; it becomes a ring of its own.
template <auto Links, class Node>
void unlink(Node& node) {
  Node* before = (node.*Links).prev;
  Node* after = (node.*Links).next;
  (before->*Links).next = after;
  (after->*Links).prev = before;
  (node.*Links).next = &node;
  (node.*Links).prev = &node;
}

} // namespace rwl::core::ring
