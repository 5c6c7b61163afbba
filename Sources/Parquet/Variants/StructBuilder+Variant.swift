extension SchemaField {
  /// Values of any shape, unshredded: `name (VARIANT(1)) { required binary metadata, value }`.
  public static func variant(
    _ name: String, _ repetition: Repetition = .required, fieldID: Int32? = nil
  ) -> SchemaField {
    SchemaField(
      group: name, repetition, logicalType: .variant(specificationVersion: 1), fieldID: fieldID,
      [SchemaField("metadata", .byteArray), SchemaField("value", .byteArray)])
  }
}

extension StructBuilder {
  /// Appends a variant to an unshredded VARIANT.
  ///
  /// ``VariantValue/null`` is a value; the absence of one is ``FieldBuilder/appendNull()``.
  ///
  /// - Throws: ``ParquetError`` as ``Variant/init(_:)`` does, and with code `invalidArgument` where the
  ///   field is no VARIANT or is shredded. Nothing is appended then.
  public func append(_ value: VariantValue) throws(ParquetError) {
    try append(Variant(value))
  }

  /// Appends the bytes of a variant, which are taken as they are, to an unshredded VARIANT.
  ///
  /// - Throws: ``ParquetError`` with code `invalidArgument` where the field is no VARIANT or is shredded.
  public func append(_ variant: Variant) throws(ParquetError) {
    guard case .variant? = field.logicalType, fields.count == 2,
      let metadata = fields.first(where: { $0.field.name == "metadata" }) as? LeafBuilder,
      let value = fields.first(where: { $0.field.name == "value" }) as? LeafBuilder
    else {
      throw ParquetError(.invalidArgument, "only an unshredded VARIANT takes variants")
        .adding(column: field.name)
    }
    variant.metadata.withBytes { metadata.append(bytes: $0) }
    variant.value.withBytes { value.append(bytes: $0) }
    append()
  }
}
