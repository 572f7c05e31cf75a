//! Has the compiler make types without end.
struct More<T>(T);
trait Deep {
    fn deeper(self);
}
impl<T> Deep for T
where
    More<T>: Deep,
{
    fn deeper(self) {
        More(self).deeper();
    }
}
fn main() {
    ().deeper();
}
