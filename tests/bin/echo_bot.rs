//! An echo bot that is killed: see [`gateway_tests::echo`].

#[tokio::main]
async fn main() {
    gateway_tests::echo::run().await;
}
