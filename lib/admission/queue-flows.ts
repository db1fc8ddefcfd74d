import { ByLength } from './by-length.js'
import { LinkedList, type ListNode } from './linked-list.js'

/** The flow of one user name at one address: its members are served in the order in which they came. */
export class Flow<T> {
  readonly address: AddressFlows<T>
  readonly name: NameFlows<T>
  readonly members = new LinkedList<Ticket<T>['value']>()
  length = 0
  /** Whether the flow stands in the rotation of its address. Otherwise, if it has members, it rests in that of its name. */
  isDue = false
  /** Its place in that rotation. */
  node: ListNode<Flow<T>> | undefined

  constructor(address: AddressFlows<T>, name: NameFlows<T>) {
    this.address = address
    this.name = name
  }
}

/** A member's place in the queue. */
export type Ticket<T> = ListNode<{ readonly member: T; readonly flow: Flow<T> }>

/** Everything that waits at one address. */
export class AddressFlows<T> {
  readonly key: string
  readonly flows = new Map<string, Flow<T>>()
  readonly byLength = new ByLength<Flow<T>>()
  /** The flows that take turns here. */
  readonly rotation = new LinkedList<Flow<T>>()
  length = 0
  /** Its place among the addresses that take turns, if it has a flow that is due. */
  node: ListNode<AddressFlows<T>> | undefined

  constructor(key: string) {
    this.key = key
  }
}

/** Everything that one user name has waiting or in flight, over all addresses. */
export class NameFlows<T> {
  readonly key: string
  readonly byLength = new ByLength<Flow<T>>()
  /** The flows that are not due, because the name has as many due and in flight as it may. */
  readonly resting = new LinkedList<Flow<T>>()
  length = 0
  inFlight = 0
  due = 0

  constructor(key: string) {
    this.key = key
  }
}
