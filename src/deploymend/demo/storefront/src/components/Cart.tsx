const items = [
  { name: "Kettle", cents: 3490 },
  { name: "Teapot", cents: 2275 },
];

export function Cart() {
  return (
    <ul>
      {items.map((item) => (
        <li key={item.name}>
          {item.name} {item.cents}
        </li>
      ))}
    </ul>
  );
}
