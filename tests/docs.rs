//! What the documentation shows is what the program prints.

#[test]
fn every_command_in_the_tour_prints_what_stands_there() {
    trycmd::TestCases::new().case("docs/tour.md").env("NO_COLOR", "1");
}
