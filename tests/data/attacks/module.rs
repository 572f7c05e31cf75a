//! Takes another student's submission for a module of its own.
#[path = "@SECRET@"]
mod stolen;

fn main() {
    stolen::main();
}
