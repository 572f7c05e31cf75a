use memmap2::MmapOptions;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|number| number.parse::<usize>().expect("a number"));
    let (size, count) = (arguments.next().expect("SIZE"), arguments.next().expect("COUNT"));
    let mut memory = MmapOptions::new().len(size).map_anon()?;
    println!("checkpoint mapped");
    for page in 0..count {
        memory[page * 4096] = 1;
    }
    println!("checkpoint touched");
    Ok(())
}
