/// Collects the data of one field: values, nulls, structs and lists, never levels.
///
/// A builder of a child holds one slot for each *present* parent: a null struct or list takes nothing
/// from its children, and a list takes as many slots of its element as it has elements. What does not
/// add up (a struct with a field missing, a null in a required field) is an error when the batch is
/// finished, with the column and the row.
@safe
public class FieldBuilder {
  /// The field.
  public let field: SchemaField
  @usableFromInline let slots: UnsafeMutablePointer<BuilderSlots>

  init(field: SchemaField) {
    self.field = field
    unsafe slots = .allocate(capacity: 1)
    unsafe slots.initialize(to: BuilderSlots(isOptional: field.repetition == .optional))
  }

  deinit {
    unsafe slots.deinitialize(count: 1)
    unsafe slots.deallocate()
  }

  /// The slots appended since the last batch, nulls included.
  public final var count: Int { unsafe slots.pointee.count }
  /// The nulls among them.
  package final var nullCount: Int { unsafe slots.pointee.nullCount }
  /// What was wrong with the first wrong slot.
  final var failure: ParquetError? { unsafe slots.pointee.failure }
  /// One bit a slot, where there is a null; the builder has none afterwards.
  final func takeValidity() -> Bitmap? {
    nullCount > 0 ? unsafe slots.pointee.validity.freeze() : nil
  }

  /// Appends a null.
  public final func appendNull() { unsafe slots.pointee.appendNull() }

  /// Notes a present slot.
  @inline(__always)
  final func notePresent() { unsafe slots.pointee.notePresent() }

  /// Keeps `error` as the reason why the batch cannot be finished, if it is the first.
  package final func fail(_ error: ParquetError) { unsafe slots.pointee.fail(error) }

  /// Takes `added` slots at once, as the first of a batch, from a scanner that collected them itself.
  ///
  /// `validity` has a bit for each of them; nil where all are present.
  package final func adopt(count added: Int, validity bits: Bitmap?) {
    unsafe slots.pointee.adopt(count: added, validity: bits)
  }

  /// Takes nothing but nulls at once, `added` of them; `bits` are as many, none set.
  package final func appendNulls(count added: Int, validity bits: Bitmap) {
    adopt(count: added, validity: bits)
  }

  /// The builders of the fields inside this one.
  package var children: [FieldBuilder] { [] }

  /// The bytes held, for deciding when a batch is large enough.
  package var byteCount: Int {
    children.reduce(nullCount > 0 ? count / 8 : 0) { $0 + $1.byteCount }
  }

  /// Forgets everything, keeps room where it can.
  func reset() {
    unsafe slots.pointee.reset()
    for child in children { child.reset() }
  }

  /// A builder for `field`.
  static func make(_ field: SchemaField) -> FieldBuilder {
    if field.repetition == .repeated {
      // Repeated without a LIST around it: a required list of required elements.
      var element = field
      element.repetition = .required
      return ListBuilder(field: field, element: make(element), form: .bareRepeated)
    }
    switch field.content {
    case .leaf(let type): return LeafBuilder(field: field, physicalType: type)
    case .group(let children):
      switch field.logicalType {
      case .list where children.count == 1 && children[0].children.count == 1:
        return ListBuilder(field: field, element: make(children[0].children[0]), form: .list)
      case .map where children.count == 1 && !children[0].children.isEmpty:
        var entry = children[0]
        entry.repetition = .required
        return ListBuilder(field: field, element: make(entry), form: .map)
      default: return StructBuilder(field: field)
      }
    }
  }
}

/// Collects structs: append to every field of ``fields``, then call ``append()``; or
/// ``FieldBuilder/appendNull()``.
public final class StructBuilder: FieldBuilder {
  /// The builders of the struct's fields, in schema order.
  public let fields: [FieldBuilder]

  override init(field: SchemaField) {
    fields = field.children.map(FieldBuilder.make)
    super.init(field: field)
  }

  package override var children: [FieldBuilder] { fields }

  /// Says that one more struct is complete: each of ``fields`` has had one slot appended for it.
  public func append() { notePresent() }
}

/// Collects lists and maps: append the elements to ``element``, then call ``endList()``; or
/// ``FieldBuilder/appendNull()``.
///
/// A map's element is a ``StructBuilder`` of its key and value.
public final class ListBuilder: FieldBuilder {
  /// What stands around the elements in the schema.
  enum Form { case list, map, bareRepeated }

  /// The builder of the elements.
  public let element: FieldBuilder
  let form: Form
  /// The elements of each present list.
  var lengths = ByteBuffer()
  /// The elements of all lists that were ended.
  private(set) var ended = 0

  init(field: SchemaField, element: FieldBuilder, form: Form) {
    self.element = element
    self.form = form
    super.init(field: field)
  }

  package override var children: [FieldBuilder] { [element] }
  package override var byteCount: Int { super.byteCount + lengths.count }

  /// Ends a list of the elements appended since the last one ended.
  public func endList() {
    lengths.append(UInt32(truncatingIfNeeded: element.count - ended))
    ended = element.count
    notePresent()
  }

  /// Takes lists at once, as ``FieldBuilder/adopt(count:validity:)`` does: `lengths` holds the
  /// elements of each present list, as UInt32, and all of them are in ``element`` already.
  package func adopt(count added: Int, validity bits: Bitmap?, lengths adopted: Bytes) {
    adopt(count: added, validity: bits)
    lengths.append(adopted)
    ended = element.count
  }

  override func reset() {
    super.reset()
    lengths.removeAll()
    ended = 0
  }
}
