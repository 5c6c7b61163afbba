import Stellar
import Testing

@Suite struct PartitionRuleTests {
  @Test func namesAreThoseOfTheConfiguration() {
    #expect(PartitionRule.allCases.map(\.rawValue) == ["ledger_day", "ledger_range", "hour"])
  }
}
